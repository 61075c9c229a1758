"""Theta and complex exponential smoothing of statsforecast 2.1.1. Reads ../series.json, writes ../theta_statsforecast.json for
gather.py and ../ces_statsforecast.json, of which ../ces.json keeps the log-likelihoods."""
import json, numpy as np, warnings; warnings.filterwarnings('ignore')
G='../'; S=json.load(open(G+'series.json'))
from statsforecast.models import Theta, OptimizedTheta, DynamicTheta, DynamicOptimizedTheta, AutoTheta, AutoCES
Y={'AirPassengers':(S['AirPassengers']['y'],12),'USAccDeaths':(S['USAccDeaths']['y'],12),'Nile':(S['Nile']['y'],1),'loglynx':(list(np.log(S['lynx']['y'])),1),'M3_N0001':(S['N0001']['y'],1),'M3_N0500':(S['N0500']['y'],1)}
def clean(o):
    if isinstance(o,dict): return {str(k):clean(v) for k,v in o.items() if not callable(v)}
    if isinstance(o,(list,tuple)): return [clean(v) for v in o]
    if isinstance(o,np.ndarray): return clean(o.tolist())
    if isinstance(o,(np.floating,np.integer,np.bool_)): return o.item()
    if isinstance(o,(int,float,str,bool)) or o is None: return o
    return str(o)
th={}
for n,(y,m) in Y.items():
    y=np.array(y,float); h=12 if m>1 else 6
    for nm,M in (('STM',Theta),('OTM',OptimizedTheta),('DSTM',DynamicTheta),('DOTM',DynamicOptimizedTheta),('AutoTheta',AutoTheta)):
        mod=M(season_length=m).fit(y); p=mod.predict(h,level=[80,95]); d=mod.model_
        th[f'{nm}_{n}']=clean({'modeltype':d.get('modeltype'),'par':d.get('par'),'mse':d.get('mse'),'decompose':d.get('decompose'),'decomposition_type':d.get('decomposition_type'),**p}); print(nm,n,d.get('modeltype'),d['par'],d['mse'],p['mean'][:2],p['lo-95'][:1])
json.dump(th,open(G+'theta_statsforecast.json','w'),indent=1)
ce={}
for n,(y,m) in Y.items():
    y=np.array(y,float); h=12 if m>1 else 6
    mod=AutoCES(season_length=m).fit(y); p=mod.predict(h,level=[80,95]); d=mod.model_
    ce['AutoCES_'+n]=clean({k:v for k,v in d.items() if k in('loglik','aic','bic','aicc','par','sigma2','seasontype','n','m')}|p); print('CES',n,d['seasontype'],d['par'],d['loglik'],d['aicc'],p['mean'][:2])
    for mm in (('N','S','P','F') if m>1 else ('N',)):
        try:
            mod=AutoCES(season_length=m,model=mm).fit(y); p=mod.predict(h); d=mod.model_; ce[f'CES_{mm}_{n}']=clean({k:v for k,v in d.items() if k in('loglik','aic','bic','aicc','par','sigma2','seasontype')}|p); print('  ',mm,d['loglik'],d['aicc'],p['mean'][:2])
        except Exception as ex: print('  ',mm,'ERR',ex)
json.dump(ce,open(G+'ces_statsforecast.json','w'),indent=1)
